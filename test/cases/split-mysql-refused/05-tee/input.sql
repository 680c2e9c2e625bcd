tee out.txt
