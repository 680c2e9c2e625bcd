\copy t FROM 'file.csv'
