defmodule Shop do
  @external_resource "release.txt"
  @text File.read!("release.txt")

  @doc "What this release answers with."
  def text, do: @text
end
