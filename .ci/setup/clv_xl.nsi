; The set-up program, for one user and without administrator's rights. .ci/setup-program gives VERSION, PAYLOAD (a
; folder with the Windows Python and its packages) and OUT. With /S it asks and shows nothing.
Unicode true
Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh

!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\clv_xl"
; A folder that every user of Windows has in their PATH.
!define COMMANDS "$LOCALAPPDATA\Microsoft\WindowsApps"
!define WORKBOOK "$DOCUMENTS\Customer value.xlsm"

Name "clv_xl ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\clv_xl"
BrandingText " "

!define MUI_WELCOMEPAGE_TEXT "Customer lifetime value as functions of Excel, with a workbook of reports.$\r$\n$\r$\n\
Please close Excel first. Everything is installed for you alone, and Windows' Settings, Apps removes it again."
!define MUI_FINISHPAGE_TEXT "Type =CLV(1000, 6, 5) into a cell of any workbook: it gives 30,000.$\r$\n$\r$\n\
The workbook has sample data and finished reports. Press Enable Content when Excel asks."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Open the workbook"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenWorkbook
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

; Windows lets nobody write to a program that runs. Ours ends a minute after Excel's last workbook.
!macro WaitForServer
  ${If} ${FileExists} "$INSTDIR\python\pythonw.exe"
    DetailPrint "Waiting for clv_xl to end, up to a minute after Excel"
    StrCpy $0 0
    ${Do}
      ClearErrors
      FileOpen $1 "$INSTDIR\python\pythonw.exe" a
      ${IfNot} ${Errors}
        FileClose $1
        ${Break}
      ${EndIf}
      IntOp $0 $0 + 1
      ${If} $0 > 40
        MessageBox MB_OK|MB_ICONEXCLAMATION "Excel still uses clv_xl. Close Excel and start this again." /SD IDOK
        SetErrorLevel 3
        Quit
      ${EndIf}
      Sleep 2000
    ${Loop}
  ${EndIf}
!macroend

; Run Python; what it says is shown if it fails.
!macro Python arguments
  nsExec::ExecToStack '"$INSTDIR\python\python.exe" -E -P ${arguments}'
  Pop $0
  Pop $1
  ${If} $0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "$1" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
!macroend

Section
  !insertmacro WaitForServer
  RMDir /r "$INSTDIR\python"
  SetOutPath "$INSTDIR\python"
  File /r "${PAYLOAD}/*"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${ENTRY}" DisplayName "clv_xl, customer lifetime value for Excel"
  WriteRegStr HKCU "${ENTRY}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${ENTRY}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ENTRY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ENTRY}" NoModify 1
  WriteRegDWORD HKCU "${ENTRY}" NoRepair 1
  ${If} ${FileExists} "${COMMANDS}\*.*"
    FileOpen $0 "${COMMANDS}\clv-xl.cmd" w
    FileWrite $0 '@"%LOCALAPPDATA%\Programs\clv_xl\python\python.exe" -E -P -m clv_xl %*$\r$\n'
    FileClose $0
  ${EndIf}
  DetailPrint "Adding the functions to Excel"
  !insertmacro Python "-c $\"import clv_xl.hosts.windows.server$\"" ; compiled now, not at the first formula
  !insertmacro Python "-m clv_xl install excel"
SectionEnd

; Once opened, the workbook is the user's: it is neither replaced nor removed.
Function OpenWorkbook
  ${IfNot} ${FileExists} "${WORKBOOK}"
    CopyFiles /SILENT "$APPDATA\clv_xl\clv_xl_template.xlsm" "${WORKBOOK}"
  ${EndIf}
  ExecShell open "${WORKBOOK}"
FunctionEnd

Section Uninstall
  !insertmacro WaitForServer
  !insertmacro Python "-m clv_xl uninstall excel"
  Delete "${COMMANDS}\clv-xl.cmd"
  RMDir /r "$INSTDIR\python"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${ENTRY}"
SectionEnd
