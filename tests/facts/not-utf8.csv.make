printf 'paid,note,x\nyes,caf\351,\nno,,\300\200\nyes,d,e\n'
