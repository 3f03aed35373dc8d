console.log(`end ${location.search.slice(2).replaceAll("-", " ")}`);
