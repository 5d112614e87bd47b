"""Papers: the pictures and printed pages of Ninefold. Values and words in, SVG text or PDF bytes out.

It draws the circle of nine tracks, country maps, charts and the one-page brief. It never reads a
database, a clock or a network; it never decides what a reader may see; it holds no words of its
own: every sentence comes in, already in the reader's language.
"""
