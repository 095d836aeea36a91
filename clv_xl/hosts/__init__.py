"""The programs that may call the functions."""
