printf 'paid,note\nyes,a\rb\nno,c\n'
