SELECT '  😀';
