class EmailIndex < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def change
    add_index :account, :email, algorithm: :concurrently
  end
end
