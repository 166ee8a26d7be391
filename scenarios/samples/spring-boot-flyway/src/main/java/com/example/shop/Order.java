package com.example.shop;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;

@Entity
@Table(name = "orders")
public class Order {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "customer_id")
    private long customerId;

    private long cents;

    @Column(name = "placed_at")
    private OffsetDateTime placedAt = OffsetDateTime.now();

    protected Order() {}

    Order(long customerId, long cents) {
        this.customerId = customerId;
        this.cents = cents;
    }

    public Long getId() {
        return id;
    }

    public long getCents() {
        return cents;
    }
}
