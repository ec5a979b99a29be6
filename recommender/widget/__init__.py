"""What a site puts on its pages: the element read-more.js, the HTML fragment, the feed, and a page that shows them."""
