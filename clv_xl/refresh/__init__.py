"""Data in: orders, customers and channels from files and data frames."""
