-- nothing
/* here; /* nested; */ */

;;  ; -- and here
