"""Where observations come from: a folder a source, with its licence and what it must yield."""
