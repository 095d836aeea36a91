"""What Windows starts: the server. Arguments that Windows adds (-Embedding) mean nothing to it."""

from clv_xl.hosts.windows.server import serve

serve()
