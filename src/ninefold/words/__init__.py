"""Languages and what is said in them: multilingual texts, localised dates and numbers, the catalogue of pages.

In come texts that people write and moments, counts and shares; out go the same as a reader of one language should
see them. It never translates by itself, and it never drops the mark of what a machine wrote.
"""
