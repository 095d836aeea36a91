"""What starts as the server. Words that Windows adds (-Embedding) mean nothing to it."""

import sys

from clv_xl.hosts.windows.server import asked_class, serve

serve(asked_class(sys.argv[1:]))
