printf 'paid,note\nyes,a\000b\nno,"a\000"\n\000\nyes,c\n'
