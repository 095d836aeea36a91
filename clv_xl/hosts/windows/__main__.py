"""The command that starts the server. Arguments that Windows adds (-Embedding) are ignored."""

import sys

from clv_xl.hosts.windows.server import asked_class, serve

serve(asked_class(sys.argv[1:]))
