// The same answer once more, now from a page of this house, so that the browser sends the cookie of its session along.
document.querySelector("form[data-go-on]").requestSubmit();
