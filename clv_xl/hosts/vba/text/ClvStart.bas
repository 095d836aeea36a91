Option Explicit

' Starts the server of clv_xl on a computer where it may not be entered in the registry.
'
' "clv-xl install excel --dll" has written this add-in, and in this user's settings folder (APPDATA)
' the file clv_xl\start.txt. That file names a Python and the DLL of its package xlwings, each by its
' full path. Nothing else decides what is loaded and started: no sheet and no folder of a workbook.
'
' Outside Excel two functions are called: one of Windows, which loads that DLL, and one of the DLL,
' which starts that Python and gives back its server. The workbooks' macros declare neither.

Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal fullPath As LongPtr) As LongPtr
#If Win64 Then
    Private Const DllName As String = "xlwings64-VERSION.dll"
    Private Const DllKey As String = "dll64"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-VERSION.dll" _
        (ByRef result As Variant, ByVal config As String, ByVal mode As Long) As Long
#Else
    Private Const DllName As String = "xlwings32-VERSION.dll"
    Private Const DllKey As String = "dll32"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-VERSION.dll" _
        (ByRef result As Variant, ByVal config As String, ByVal mode As Long) As Long
#End If

' The DLL puts the name under which it asks for the server in the place of the last word.
Private Const ServerArguments As String = " -E -P -m clv_xl.hosts.windows $(CLSID)"
Private Const StartOrReuse As Long = 1

' The server, or nothing if it cannot be started.
Public Function ClvStartedServer() As Object
    Dim python As String
    Dim library As String
    Dim found As Variant
    On Error GoTo Failed
    python = Setting("python")
    library = Setting(DllKey)
    If Not IsFullPath(python) Or Not IsFullPath(library) Then Exit Function
    ' Windows knows a loaded DLL by its name. Only if ours is loaded, and has the declared name,
    ' is it sure to be asked below, and no file of that name elsewhere.
    If LCase$(Right$(library, Len(DllName) + 1)) <> "\" & LCase$(DllName) Then Exit Function
    If LoadLibraryW(StrPtr(library)) = 0 Then Exit Function
    If XLPyDLLActivateAuto(found, """" & python & """" & ServerArguments, StartOrReuse) <> 0 Then
        Exit Function
    End If
    Set ClvStartedServer = found
Failed:
End Function

' What the file says behind a word and "="; empty if it does not say.
Private Function Setting(ByVal word As String) As String
    Dim folder As String
    Dim written As String
    Dim number As Long
    folder = Environ$("APPDATA")
    If Not IsFullPath(folder) Then Exit Function
    number = FreeFile
    Open folder & "\clv_xl\start.txt" For Input Access Read As #number
    Do While Not EOF(number)
        Line Input #number, written
        If Left$(written, Len(word) + 1) = word & "=" Then Setting = Mid$(written, Len(word) + 2)
    Loop
    Close #number
End Function

' A path from a drive or a computer on, without what would mean more than a path to the DLL.
Private Function IsFullPath(ByVal path As String) As Boolean
    If InStr(path, """") > 0 Or InStr(path, "$(") > 0 Then Exit Function
    IsFullPath = Mid$(path, 2, 2) = ":\" Or Left$(path, 2) = "\\"
End Function
