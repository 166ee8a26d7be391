package com.example.shop;

import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Checkout {

    private final OrderRepository orders;

    Checkout(OrderRepository orders) {
        this.orders = orders;
    }

    @Transactional
    public Order place(long customerId, long cents) {
        return orders.save(new Order(customerId, cents));
    }

    @Transactional(readOnly = true)
    public List<Order> latest(long customerId) {
        return orders.findFirst10ByCustomerIdOrderByPlacedAtDesc(customerId);
    }
}
