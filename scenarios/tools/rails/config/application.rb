require "active_record/railtie"

module Shop
  class Application < Rails::Application
    config.load_defaults 6.1
  end
end
