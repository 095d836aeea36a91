Option Explicit

Private Sub Workbook_Open()
    ClvDescribe
End Sub
