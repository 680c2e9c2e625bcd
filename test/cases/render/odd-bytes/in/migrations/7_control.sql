SELECT '';
