package com.example.shop;

import dev.rehearse.junit.Invariant;
import dev.rehearse.junit.Key;
import dev.rehearse.junit.Operation;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;

/** What the shop does all day, with its own services. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@ActiveProfiles("rehearsal")
abstract class ShopWorkload {

    @Autowired
    Checkout checkout;

    @Autowired
    JdbcTemplate sql;

    @Operation(perSecond = 15)
    void place_order(@Key("customer.id") long customer, RandomGenerator random) {
        checkout.place(customer, random.nextLong(100_000));
    }

    @Operation(perSecond = 25)
    void latest_orders(@Key("customer.id") long customer) {
        checkout.latest(customer);
    }

    @Invariant
    Long number_of_customers() {
        return sql.queryForObject("select count(*) from customer", Long.class);
    }
}
