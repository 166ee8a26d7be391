package com.example.shop;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;

@Entity
@Table(name = "orders")
public class Order {

    // Not IDENTITY: for the key of a new row the driver would then ask for all its columns, and once a migration has added one,
    // the next insert of each session fails with "cached plan must not change result type".
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "orders")
    @SequenceGenerator(name = "orders", sequenceName = "orders_id_seq", allocationSize = 1)
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
