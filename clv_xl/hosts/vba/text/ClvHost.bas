Option Explicit
Option Private Module

' How the formulas of this workbook reach clv_xl.
'
' Each function in the module ClvFunctions hands its arguments to ClvAnswer. ClvAnswer passes their
' values to the clv_xl server and gives back what the server answers. "clv-xl install excel" has
' entered that server into this user's part of the registry; it starts when it is first asked. Where
' the registry is closed to users, "clv-xl install excel --dll" has laid the add-in
' clv_xl_start.xlam into Excel's start folder, and that starts it.
'
' Nothing in this project reads or changes files, uses the network, or changes a cell. Only where you
' press Refresh and choose a file of orders, the server reads it and adds its rows to the tables of
' this workbook. Nothing in a sheet can make it start another program.

Private Const ServerName As String = "ClvXl.Server"
Private Const StartAddin As String = "clv_xl_start.xlam"
Private Const StartFunction As String = "'clv_xl_start.xlam'!ClvStartedServer"
Private Const PauseAfterFailure As Single = 10
Private Const Unreachable As String = _
    "clv_xl does not answer. To learn why, type in a terminal: clv-xl doctor"
Private Const OrdersTable As String = "orders"
Private Const CalculationManual As Long = -4135

Private server As Object
Private failedAt As Single

' The answer of one function: a cell, or a table of cells.
' Tables may be large, so they are handed on by reference.
Public Function ClvAnswer(ByVal functionName As String, ByRef given As Variant) As Variant
    Dim answer As Variant
    Dim area As Object
    Dim place As Long
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            Set area = given(place)
            Set given(place) = Nothing
            given(place) = RangeValues(area)
        End If
    Next place
    answer = Ask(functionName, given)
    MakeErrors answer
    ClvAnswer = answer
End Function

' What the server says, or a sentence if it cannot be reached. A server that has ended is started
' again once; after a failure the other cells of the same calculation do not wait for it too.
Private Function Ask(ByVal functionName As String, ByRef given As Variant) As Variant
    Dim answer As Variant
    Dim attempt As Long
    Ask = Unreachable
    If server Is Nothing And WaitingAfterFailure() Then Exit Function
    For attempt = 1 To 2
        If Answered(functionName, given, answer) Then
            Ask = answer
            Exit Function
        End If
        Set server = Nothing
    Next attempt
    failedAt = Timer
End Function

Private Function Answered(ByVal functionName As String, ByRef given As Variant, _
        ByRef answer As Variant) As Boolean
    On Error GoTo Failed
    If server Is Nothing Then Set server = StartedServer()
    If server Is Nothing Then Exit Function
    ' In parentheses, so that the arguments are not sent back with the answer.
    answer = server.CallUDF(FunctionsModule(), (functionName), (given))
    Answered = True
    Exit Function
Failed:
    Answered = False
End Function

' The server by its name in the registry, else that of the start add-in, else nothing.
Private Function StartedServer() As Object
    Dim found As Object
    Dim book As Object
    On Error Resume Next
    Set found = CreateObject(ServerName)
    If found Is Nothing Then
        Set book = Application.Workbooks(StartAddin)
        ' Nobody's but the one that Excel has opened itself, from its start folder.
        If Not book Is Nothing Then
            If book.Path <> Application.StartupPath Then Exit Function
            Set found = Application.Run(StartFunction)
        End If
    End If
    Set StartedServer = found
End Function

Private Function WaitingAfterFailure() As Boolean
    ' Timer counts from midnight, so a difference below 0 is an earlier day.
    WaitingAfterFailure = failedAt > 0 And Timer >= failedAt _
        And Timer - failedAt < PauseAfterFailure
End Function

' Where the template for new workbooks lies; nothing if the server does not say.
Public Function ClvTemplatePath() As String
    On Error Resume Next
    If server Is Nothing Then Set server = StartedServer()
    ClvTemplatePath = server.TemplatePath()
End Function

' Whether a workbook has a table of orders.
Public Function ClvHasOrders(ByVal book As Object) As Boolean
    Dim sheet As Object
    Dim table As Object
    On Error GoTo NoTables
    For Each sheet In book.Worksheets
        For Each table In sheet.ListObjects
            If LCase$(table.Name) = OrdersTable Then ClvHasOrders = True
        Next table
    Next sheet
NoTables:
End Function

' Whether the server is there, or can be started.
Public Function ClvServerIsThere() As Boolean
    If server Is Nothing Then Set server = StartedServer()
    ClvServerIsThere = Not server Is Nothing
End Function

' Has the server add the orders of a file to a workbook. Gives back what it says about that.
' Nothing is computed meanwhile, so that no cell asks the server before it is done.
Public Function ClvAddOrders(ByVal book As Object, ByVal chosen As String) As String
    Dim before As Long
    ClvAddOrders = Unreachable
    before = Application.Calculation
    On Error GoTo Done
    Application.Calculation = CalculationManual
    ClvAddOrders = server.add_orders(book, chosen)
Done:
    Application.Calculation = before
End Function

' The next question tries to reach the server at once.
Public Sub ClvTryAgain()
    Set server = Nothing
    failedAt = 0
End Sub

' Workbooks that count days from 1904 have a Python module of their own.
Private Function FunctionsModule() As String
    Dim since1904 As Boolean
    On Error Resume Next
    since1904 = Application.Caller.Worksheet.Parent.Date1904
    On Error GoTo 0
    If since1904 Then
        FunctionsModule = "clv_xl.hosts.excel_1904"
    Else
        FunctionsModule = "clv_xl.hosts.excel"
    End If
End Function

' The values of a range. One that reaches the bottom of the sheet, such as A:A, ends where the
' sheet's last used row is.
Private Function RangeValues(ByVal area As Object) As Variant
    Dim used As Object
    Dim lastRow As Long
    If area.Areas.Count > 1 Then
        RangeValues = CVErr(2015)
        Exit Function
    End If
    If area.Rows.Count > 1 And area.Row + area.Rows.Count - 1 = area.Worksheet.Rows.Count Then
        Set used = area.Worksheet.UsedRange
        lastRow = used.Row + used.Rows.Count - 1
        If lastRow < area.Row Then lastRow = area.Row
        Set area = area.Resize(lastRow - area.Row + 1)
    End If
    RangeValues = area.Value2
End Function

' Turns the texts of errors into errors, each element for itself.
Private Sub MakeErrors(ByRef answer As Variant)
    Dim row As Long
    Dim column As Long
    Dim lastColumn As Long
    If Not IsArray(answer) Then
        If VarType(answer) = vbString Then answer = ErrorOrText(answer)
        Exit Sub
    End If
    lastColumn = UpperBoundOfColumns(answer)
    If lastColumn < 0 Then
        For row = LBound(answer) To UBound(answer)
            If VarType(answer(row)) = vbString Then answer(row) = ErrorOrText(answer(row))
        Next row
    Else
        For row = LBound(answer, 1) To UBound(answer, 1)
            For column = LBound(answer, 2) To lastColumn
                If VarType(answer(row, column)) = vbString Then
                    answer(row, column) = ErrorOrText(answer(row, column))
                End If
            Next column
        Next row
    End If
End Sub

' Below 0 if the answer is a single row.
Private Function UpperBoundOfColumns(ByRef answer As Variant) As Long
    UpperBoundOfColumns = -1
    On Error Resume Next
    UpperBoundOfColumns = UBound(answer, 2)
End Function

' Python cannot send an error value, so it sends the error's text.
Private Function ErrorOrText(ByVal word As String) As Variant
    ErrorOrText = word
    If Left$(word, 1) <> "#" Then Exit Function
    Select Case word
        Case "#NULL!"
            ErrorOrText = CVErr(2000)
        Case "#DIV/0!"
            ErrorOrText = CVErr(2007)
        Case "#VALUE!"
            ErrorOrText = CVErr(2015)
        Case "#REF!"
            ErrorOrText = CVErr(2023)
        Case "#NAME?"
            ErrorOrText = CVErr(2029)
        Case "#NUM!"
            ErrorOrText = CVErr(2036)
        Case "#N/A"
            ErrorOrText = CVErr(2042)
        Case "#SPILL!"
            ErrorOrText = CVErr(2045)
        Case "#CALC!"
            ErrorOrText = CVErr(2050)
    End Select
End Function
