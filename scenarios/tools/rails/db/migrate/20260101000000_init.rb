class Init < ActiveRecord::Migration[6.1]
  def change
    create_table :account do |t|
      t.text :name, null: false
      t.datetime :created_at, null: false
    end
  end
end
