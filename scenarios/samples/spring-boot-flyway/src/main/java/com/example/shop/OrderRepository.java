package com.example.shop;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

public interface OrderRepository extends JpaRepository<Order, Long> {

    List<Order> findFirst10ByCustomerIdOrderByPlacedAtDesc(long customerId);
}
