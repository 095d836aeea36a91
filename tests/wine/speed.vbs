' What a call costs, beside the same call of a server that is xlwings' own and nothing else. Of many rounds the
' shortest counts, for this computer may have other work.

Const Functions = "clv_xl.hosts.excel"
Const Rounds = 30
Const CallsInRound = 40
Const ColumnRounds = 7
Const MostRatio = 1.5
Const MostSeconds = 0.5

Dim ours, bare, column(99999, 0), place, one, other
Set ours = CreateObject("ClvXl.Server")
Set bare = CreateObject("ClvXl.Bare")

Function Shorter(shortest, began)
    Dim took
    took = Timer - began
    Shorter = shortest
    If took >= 0 And took < shortest Then Shorter = took ' it may be midnight
End Function

' The shortest round of so many calls of a server, in seconds.
Function Shortest(server, script, functionName, given, calls, before)
    Dim began, answer, count
    began = Timer
    For count = 1 To calls
        answer = server.CallUDF(script, (functionName), (Array(given, CDbl(6), CDbl(5))))
    Next
    Shortest = Shorter(before, began)
End Function

one = 1000
other = 1000
For place = 1 To Rounds
    one = Shortest(ours, Functions, "CLV", CDbl(1000), CallsInRound, one)
    other = Shortest(bare, "other_servers", "product", CDbl(1000), CallsInRound, other)
Next
WScript.Echo "note  a call " & Round(1000 * one / CallsInRound, 2) & " ms, bare " & _
    Round(1000 * other / CallsInRound, 2) & " ms, ratio " & Round(one / other, 2)
If one <= MostRatio * other Then WScript.Echo "a call is fast"

For place = 0 To 99999
    column(place, 0) = CDbl(place)
Next
one = 1000
other = 1000
For place = 1 To ColumnRounds
    one = Shortest(ours, Functions, "CLV", column, 1, one)
    other = Shortest(bare, "other_servers", "product", column, 1, other)
Next
WScript.Echo "note  100,000 cells " & Round(one, 2) & " s, bare " & Round(other, 2) & " s"
If one <= MostSeconds Then WScript.Echo "a column is fast"
