// A signed-in customer: the page says who they are. It leaves the browser with a handoff only.
if (location.pathname === "/orders.html") {
  const identify = () =>
    window.Baton.identify({
      name: "Kim Osei",
      email: "kim@example.org",
      account: "C-3391",
      loyalty_tier: "Green",
      lifetime_value: "€ 412",
      earlier_contacts: 1,
      orders: [
        { id: "FT-20418", what: "Fiddle-leaf fig", status: "delivered on 18 Nov" },
        { id: "FT-20377", what: "Boston fern, two", status: "shipped on 12 Nov" },
      ],
    });
  window.Baton ? identify() : addEventListener("baton", identify);
}
