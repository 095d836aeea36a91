Option Explicit

' What the ribbon tab "Customer value" and the buttons on the sheets do.

Private Const Title As String = "Customer value"
Private Const FunctionWizard As Long = 450
Private Const OrderFiles As String = _
    "Orders (*.csv; *.txt; *.xlsx; *.xlsm; *.parquet),*.csv;*.txt;*.xlsx;*.xlsm;*.parquet"
Private Const Chooser As String = "New orders (Cancel: only compute)"

' The ribbon's buttons.

Public Sub ClvRibbonRefresh(ByVal control As Object)
    ClvRefresh
End Sub

Public Sub ClvRibbonNew(ByVal control As Object)
    ClvNewWorkbook
End Sub

Public Sub ClvRibbonFunctions(ByVal control As Object)
    ClvShowFunctions
End Sub

Public Sub ClvRibbonCheck(ByVal control As Object)
    ClvCheckInstallation
End Sub

' Add the orders of a file to this workbook and compute every formula of all workbooks. Where no
' file is chosen, there is no table of orders or no server (as in LibreOffice), only compute.
Public Sub ClvRefresh()
    Dim chosen As Variant
    Dim told As String
    ClvTryAgain
    If ClvHasOrders(ActiveWorkbook) Then
        If ClvServerIsThere() Then chosen = Application.GetOpenFilename(OrderFiles, 1, Chooser)
    End If
    If VarType(chosen) = vbString Then told = ClvAddOrders(ActiveWorkbook, chosen)
    ComputeAll
    If told <> "" Then MsgBox told, vbInformation, Title
End Sub

Private Sub ComputeAll()
    On Error GoTo NotFull
    Application.CalculateFull
    Exit Sub
NotFull:
    Resume Plain
Plain:
    ' LibreOffice knows this word only; it computes everything too.
    On Error GoTo Failed
    Application.Calculate
    Exit Sub
Failed:
    MsgBox "The formulas could not all be computed. Finish typing in the cell and try again.", _
        vbExclamation, Title
End Sub

' Start a new workbook from the template that "clv-xl install excel" has set aside.
Public Sub ClvNewWorkbook()
    Dim template As String
    On Error GoTo Failed
    ClvTryAgain
    template = ClvTemplatePath()
    If template <> "" Then
        Application.Workbooks.Add template
        Exit Sub
    End If
Failed:
    MsgBox "The template was not found. Type in a terminal: clv-xl install excel", _
        vbExclamation, Title
End Sub

' Show the list of functions: the sheet, or where there is none Excel's own dialog.
Public Sub ClvShowFunctions()
    On Error GoTo NoSheet
    ActiveWorkbook.Worksheets("Functions").Activate
    Exit Sub
NoSheet:
    Resume ShowDialog
ShowDialog:
    On Error Resume Next
    Application.Dialogs(FunctionWizard).Show
End Sub

' Ask the server for its version and show what it says.
Public Sub ClvCheckInstallation()
    Dim answer As Variant
    ClvTryAgain
    answer = ClvAnswer("CLV_VERSION", Array())
    If VarType(answer) = vbString Then
        MsgBox answer, vbInformation, Title
    Else
        MsgBox "clv_xl answers with an error. Type in a terminal: clv-xl doctor", _
            vbExclamation, Title
    End If
End Sub
