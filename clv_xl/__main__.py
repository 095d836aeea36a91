"""`python -m clv_xl`: the command line where `clv-xl` is not on the path."""

from clv_xl.cli import main

main()
