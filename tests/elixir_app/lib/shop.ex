defmodule Shop do
  @external_resource "release.txt"
  @text File.read!("release.txt")

  @doc "The answer of this release."
  def text, do: @text
end
