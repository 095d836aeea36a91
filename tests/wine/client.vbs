' A client in another language, as a workbook's VBA is one.
Dim server, answer, began, count, three(2, 0), many(99999, 0)
Const Functions = "clv_xl.hosts.excel"

began = Timer
Set server = CreateObject("ClvXl.Server")
WScript.Echo "note  started in " & Round(Timer - began, 1) & " s"

WScript.Echo "CLV " & server.CallUDF(Functions, ("CLV"), (Array(CDbl(1000), CDbl(6), CDbl(5))))
three(0, 0) = CDbl(1000)
three(1, 0) = CDbl(2000)
three(2, 0) = "x"
answer = server.CallUDF(Functions, ("CLV"), (Array(three, CDbl(6), CDbl(5))))
WScript.Echo "table " & UBound(answer, 1) & " " & UBound(answer, 2) & " " & answer(0, 0) & " " & answer(1, 0) & " " & answer(2, 0)
WScript.Echo "fault " & server.CallUDF(Functions, ("CAC"), (Array(CDbl(5), CDbl(0))))
WScript.Echo "left out " & server.CallUDF(Functions, ("CLV"), (Array(CDbl(1000), CDbl(6), CDbl(5), Empty)))

For count = 0 To 99999
    many(count, 0) = CDbl(count)
Next
answer = server.CallUDF(Functions, ("CLV"), (Array(many, CDbl(6), CDbl(5))))
WScript.Echo "rows " & UBound(answer, 1) + 1

On Error Resume Next
answer = server.CallUDF("os", "system", Array("x"))
WScript.Echo "refused " & Err.Description
