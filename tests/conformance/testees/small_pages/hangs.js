for (;;) if (location.search === "?loudly") console.log("again");
