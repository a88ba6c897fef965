defmodule Shop.Database do
  @moduledoc "PostgreSQL by way of psql."

  def visit do
    query("INSERT INTO visits DEFAULT VALUES")
    query("SELECT count(*) FROM visits")
  end

  @doc "Runs a statement; what it prints comes back."
  def query(statement) do
    arguments = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]

    case System.cmd("psql", arguments, env: environment(), stderr_to_stdout: true) do
      {text, 0} -> String.trim(text)
      {text, status} -> raise("psql ended with status #{status}: #{String.trim(text)}")
    end
  end

  # A password in an argument could be read by every user of the server.
  defp environment do
    uri = URI.parse(System.get_env("DATABASE_URL") || raise("environment variable DATABASE_URL is missing."))
    [user, password] = uri.userinfo |> String.split(":", parts: 2) |> Enum.map(&URI.decode/1)

    [
      {"PGHOST", uri.host},
      {"PGPORT", to_string(uri.port || 5432)},
      {"PGUSER", user},
      {"PGPASSWORD", password},
      {"PGDATABASE", String.trim_leading(uri.path || "", "/")}
    ]
  end
end
