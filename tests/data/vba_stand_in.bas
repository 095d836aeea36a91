Option Explicit

' Stands in for the server in tests: says what it was asked, or does what the first argument says.

Private lastMessage As String
Private chosenFile As String

' In the place of MsgBox, which would wait for somebody.
Public Sub StandInMessage(ByVal text As String, ByVal kind As Long, ByVal title As String)
    lastMessage = title & ": " & text
End Sub

' In the place of Excel's dialog to choose a file, which would wait for somebody.
Public Function StandInChosen(ByVal filter As String, ByVal index As Long, _
        ByVal title As String) As Variant
    StandInChosen = False
    If chosenFile <> "cancel" Then StandInChosen = chosenFile
End Function

' In the place of the server, which reads the file.
Public Function StandInRefresh(ByVal book As Object, ByVal path As String) As String
    If path = "fail" Then Err.Raise 1000
    StandInRefresh = path & " into " & TypeName(book)
End Function

Public Function StandIn(ByVal moduleName As String, ByVal functionName As String, _
        ByVal given As Variant) As Variant
    Dim text As String
    Dim place As Long
    If UBound(given) >= 0 Then
        If VarType(given(0)) = vbString Then
            If Left$(given(0), 7) = "answer " Then
                StandIn = Mid$(given(0), 8)
                Exit Function
            End If
            If given(0) = "fail" Then Err.Raise 1000
            If given(0) = "describe" Then
                ClvDescribe
                StandIn = "described"
                Exit Function
            End If
            If given(0) = "check" Then
                ClvRibbonCheck ThisWorkbook
                StandIn = lastMessage
                Exit Function
            End If
            If given(0) = "functions" Then
                ClvRibbonFunctions ThisWorkbook
                StandIn = "shown"
                Exit Function
            End If
            If given(0) = "new" Then
                ClvRibbonNew ThisWorkbook
                StandIn = lastMessage
                Exit Function
            End If
            If Left$(given(0), 8) = "refresh " Then
                lastMessage = "nothing said"
                chosenFile = Mid$(given(0), 9)
                ClvRibbonRefresh ThisWorkbook
                StandIn = lastMessage
                Exit Function
            End If
            If given(0) = "row" Then
                StandIn = Array(1.5, "#N/A", "text", True)
                Exit Function
            End If
            If given(0) = "table" Then
                StandIn = SomeTable()
                Exit Function
            End If
        End If
    End If
    text = moduleName & "|" & functionName
    For place = 0 To UBound(given)
        text = text & "|"
        If IsArray(given(place)) Then
            text = text & ToldTable(given(place))
        ElseIf VarType(given(place)) = vbError Then
            text = text & "left out"
        Else
            text = text & Told(given(place))
        End If
    Next place
    StandIn = text
End Function

Private Function SomeTable() As Variant
    Dim cells(0 To 2, 0 To 3) As Variant
    cells(0, 0) = "name"
    cells(0, 1) = "#NULL!"
    cells(0, 2) = "#DIV/0!"
    cells(0, 3) = "#VALUE!"
    cells(1, 0) = 2.5
    cells(1, 1) = "#REF!"
    cells(1, 2) = "#NAME?"
    cells(1, 3) = "#NUM!"
    cells(2, 0) = "#N/A "
    cells(2, 1) = "#N/A"
    cells(2, 2) = "# of orders"
    cells(2, 3) = ""
    SomeTable = cells
End Function

Private Function ToldTable(ByVal value As Variant) As String
    Dim row As Long
    Dim column As Long
    Dim text As String
    For row = LBound(value, 1) To UBound(value, 1)
        If row > LBound(value, 1) Then text = text & ";"
        For column = LBound(value, 2) To UBound(value, 2)
            If column > LBound(value, 2) Then text = text & ","
            text = text & Told(value(row, column))
        Next column
    Next row
    ToldTable = "{" & text & "}"
End Function

Private Function Told(ByVal value As Variant) As String
    Select Case VarType(value)
        Case vbEmpty
            Told = "blank"
        Case vbString
            Told = "'" & value & "'"
        Case vbBoolean
            If value Then Told = "TRUE" Else Told = "FALSE"
        Case Else
            Told = CStr(value)
    End Select
End Function
