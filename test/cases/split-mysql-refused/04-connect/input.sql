CONNECT other localhost;
