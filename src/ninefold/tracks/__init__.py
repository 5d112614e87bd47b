"""Who is who, and who can reach whom?

In come organisations, their offices and their ties, each with an audience; out goes the circle of nine tracks as this
reader may see it. The room never ranks a track, and never holds a go-between or a confidential line.
"""
