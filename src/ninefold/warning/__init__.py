"""What is coming?

In: a panel of counts per country and month, with its source, licence and vintage.
Out: a board of estimates with their intervals, and warnings, each sent to somebody who holds a right to act.
Never: an estimate about a person or a community, a warning that a machine sends, an act that silence takes.
"""
