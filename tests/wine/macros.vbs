' The macros of a workbook against the real server. vbscript.py writes their text, which stands above this one;
' below is what Excel gives them: the calling cell, ranges, the clock, and the way to the server.

Dim Application, clock, started, reachable, serverNames
Set Application = New StandInExcel
clock = 1000
started = 0
reachable = True
serverNames = Array("ClvXl.Server")

Class StandInExcel
    Public Caller
    Public Workbooks
    Public StartupPath
End Class

Class Counted
    Public Count
End Class

Class StandInBook
    Public Date1904
End Class

Class StandInSheet
    Public Rows
    Public UsedRange
    Public Parent
End Class

Class StandInCell
    Public Worksheet
End Class

' A range of one column, whose cells hold the number of their row.
Class StandInRange
    Public Areas
    Public Rows
    Public Row
    Public Worksheet
    Public Function Resize(count)
        Set Resize = OneColumn(Row, count)
    End Function
    Public Property Get Value2
        Dim cells, place
        ReDim cells(Rows.Count - 1, 0)
        For place = 0 To Rows.Count - 1
            cells(place, 0) = CDbl(Row + place)
        Next
        Value2 = cells
    End Property
End Class

Function CountOf(count)
    Set CountOf = New Counted
    CountOf.Count = count
End Function

Function OneColumn(first, count)
    Dim made
    Set made = New StandInRange
    made.Row = first
    Set made.Areas = CountOf(1)
    Set made.Rows = CountOf(count)
    Set made.Worksheet = New StandInSheet
    Set made.Worksheet.Rows = CountOf(1048576)
    Set OneColumn = made
End Function

Function CVErr(number)
    CVErr = "Error " & number
End Function

Function Timer()
    Timer = clock
End Function

Function CreateObject(name)
    started = started + 1
    If Not reachable Then Err.Raise 429
    Set CreateObject = WScript.CreateObject(serverNames(0))
End Function

Function LeftOut(first, second)
    LeftOut = first
End Function

Dim none, answer, whole, calling, people(1, 0), days(1, 0), table(1, 1)
none = LeftOut(, 1)

WScript.Echo "number " & CLV(1000, 6, 5, none, none, none, none)
WScript.Echo "named error " & CAC(5, 0)
WScript.Echo "left out but needed " & CLV(1000, 6, none, none, none, none, none)

answer = CLV(OneColumn(10, 3), 6, 5, none, none, none, none)
WScript.Echo "range " & UBound(answer, 1) & " " & UBound(answer, 2) & " " & answer(0, 0) & " " & answer(2, 0)

Set whole = OneColumn(3, 1048574)
Set whole.Worksheet.UsedRange = OneColumn(1, 5)
answer = CLV(whole, 6, 5, none, none, none, none)
WScript.Echo "whole column " & UBound(answer, 1) & " " & answer(2, 0)

answer = CLV(Array(CDbl(1000), "x", CDbl(-1)), 6, 5, none, none, none, none)
WScript.Echo "errors in a row " & answer(0) & ", " & answer(1) & ", " & answer(2)
table(0, 0) = CDbl(0)
table(1, 0) = CDbl(-5)
table(0, 1) = "words"
table(1, 1) = CDbl(7)
answer = CLV(table, 6, 5, none, none, none, none)
WScript.Echo "errors in a table " & answer(0, 0) & ", " & answer(0, 1) & "; " & answer(1, 0) & ", " & answer(1, 1)

people(0, 0) = "a"
people(1, 0) = "b"
days(0, 0) = "2024-01-15"
days(1, 0) = "2024-02-01"
answer = ORDERS_SUMMARY(people, days, none, none, none)
WScript.Echo "days from 1900 " & answer(4, 1)
Set calling = New StandInCell
Set calling.Worksheet = New StandInSheet
Set calling.Worksheet.Parent = New StandInBook
calling.Worksheet.Parent.Date1904 = True
Set Application.Caller = calling
answer = ORDERS_SUMMARY(people, days, none, none, none)
WScript.Echo "days from 1904 " & answer(4, 1)

WScript.Echo "server started " & started

reachable = False
ClvTryAgain
WScript.Echo "unreachable " & Left(CLV(1000, 6, 5, none, none, none, none), 22) & ", asked " & started - 1
WScript.Echo "in the pause " & Left(CLV(1000, 6, 5, none, none, none, none), 22) & ", asked " & started - 1
reachable = True
clock = clock + 9
WScript.Echo "still in it " & Left(CLV(1000, 6, 5, none, none, none, none), 22) & ", asked " & started - 1
clock = clock + 1
WScript.Echo "after the pause " & CLV(1000, 6, 5, none, none, none, none) & ", asked " & started - 1

' Killed between two calls: the next cell starts another and is answered.
started = 0
WScript.CreateObject("WScript.Shell").Run "taskkill /F /IM pythonw.exe", 0, True
serverNames = Array("ClvXl.Second")
WScript.Echo "killed " & CLV(1000, 6, 5, none, none, none, none) & ", started " & started
