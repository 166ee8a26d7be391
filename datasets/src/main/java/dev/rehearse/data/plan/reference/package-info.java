/** Foreign keys: which columns they decide, which parents are left to choose from. */
@NullMarked
package dev.rehearse.data.plan.reference;

import org.jspecify.annotations.NullMarked;
