defmodule Shop.Release do
  @moduledoc "Functions to run in a release by hand, or by a deploy."

  @doc "Brings the database to what this release needs; twice is as good as once."
  def migrate do
    if System.get_env("DATABASE_URL") do
      Shop.Database.query("CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY, at timestamptz DEFAULT now())")
      IO.puts("migrated")
    else
      IO.puts("there is no database")
    end
  end
end
