printf 'paid,due\ryes,2021-06-30\r'
