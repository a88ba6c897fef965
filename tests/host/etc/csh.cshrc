# /etc/csh.cshrc
