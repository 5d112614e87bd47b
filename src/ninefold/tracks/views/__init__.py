"""The room's pages: `circle` shows who is who; `keeping` is where a registrar enters it."""
