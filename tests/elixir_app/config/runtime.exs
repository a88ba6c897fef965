import Config

if config_env() == :prod do
  config :shop, port: String.to_integer(System.get_env("PORT") || raise("environment variable PORT is missing."))
end
