defmodule Shop.Server do
  @moduledoc "A web server that knows just enough of HTTP: one request a connection."
  use Task, restart: :permanent

  def start_link(_), do: Task.start_link(__MODULE__, :listen, [])

  def listen do
    port = Application.fetch_env!(:shop, :port)
    options = [:binary, packet: :http_bin, active: false, reuseaddr: true, ip: {0, 0, 0, 0}, backlog: 1024]
    {:ok, socket} = :gen_tcp.listen(port, options)
    IO.puts("listening on #{port}")
    accept(socket)
  end

  defp accept(socket) do
    {:ok, connection} = :gen_tcp.accept(socket)
    {:ok, pid} = Task.Supervisor.start_child(Shop.Requests, fn -> serve(connection) end)
    :gen_tcp.controlling_process(connection, pid)
    accept(socket)
  end

  defp serve(connection) do
    with {:ok, {:http_request, _method, {:abs_path, path}, _version}} <- :gen_tcp.recv(connection, 0, 10_000) do
      skip_headers(connection)
      {status, text} = answer(URI.parse(path))
      head = "HTTP/1.1 #{status}\r\nContent-Type: text/plain\r\nContent-Length: #{byte_size(text)}\r\n"
      :gen_tcp.send(connection, head <> "Connection: close\r\n\r\n" <> text)
    end

    :gen_tcp.close(connection)
  end

  defp skip_headers(connection) do
    case :gen_tcp.recv(connection, 0, 10_000) do
      {:ok, {:http_header, _, _, _, _}} -> skip_headers(connection)
      _ -> :ok
    end
  end

  defp answer(%URI{path: "/"}), do: {"200 OK", Shop.text()}
  defp answer(%URI{path: "/health"}), do: {"200 OK", "ok\n"}
  defp answer(%URI{path: "/node"}), do: {"200 OK", "#{node()}\n"}
  defp answer(%URI{path: "/nodes"}), do: {"200 OK", "#{inspect(Node.list())}\n"}
  defp answer(%URI{path: "/visit"}), do: {"200 OK", "#{Shop.Database.visit()}\n"}

  defp answer(%URI{path: "/env", query: query}) do
    name = URI.decode_query(query || "")["name"] || ""
    {"200 OK", System.get_env(name, "") <> "\n"}
  end

  defp answer(_), do: {"404 Not Found", "not found\n"}
end
