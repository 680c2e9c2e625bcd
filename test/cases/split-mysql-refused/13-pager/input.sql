/* c */ pager less;
