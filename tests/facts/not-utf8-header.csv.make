printf 'paid,caf\351\nyes,1\n'
