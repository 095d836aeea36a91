"""Functions as LAMBDA names of a workbook: for Microsoft 365, without macros, add-in or Python.

`edition` lists the names. `value`, `acquisition`, `segments`, `models` hold the formula of each
function for one element, `fits` those of functions that take columns. Formulas that several of them
call are in `shared_formulas`, `column_formulas`, `maximum` (Newton's method), `likelihoods` and
`renewals`. `element`, `measures` and `columns` build what surrounds them from the declarations,
`syntax` writes formulas as a file holds them, and `workbook_names` puts the names into a workbook.

In a formula text functions are upper case and variables lower case, so that each is known by its
case. A variable that is named like an argument is the argument's value for one element: a checked
number, or "" where it was left out and has no default. INFINITE and UNDEFINED stand for the error
values that the declaration gives for such results. A model's parameters are variables that end in
an underscore.
"""
