# What the recorded plans beside this file are plans of, made with Terraform 1.11.4:
#   init; plan -out=p; show -json p > create.json; apply p
#   taint terraform_data.tainted; plan -out=p -var step=2 -var password=hunter2-second; show -json p > change.json
#   untaint terraform_data.tainted; plan -out=p; show -json p > unchanged.json
#   plan -destroy -out=p; show -json p > destroy.json
terraform {
  backend "local" { path = "./t.tfstate" }
}
variable "step" { default = 1 }
variable "password" {
  sensitive = true
  default   = "hunter2-first"
}
resource "terraform_data" "same" { input = "constant" }
resource "terraform_data" "group" {
  input = var.step == 1 ? { location = "eastus", tags = { team = "a" }, list = ["x", "y"] } : { location = "westus", tags = { team = "b|c`d", extra = "<b>@someone</b>" }, list = ["x"] }
}
resource "terraform_data" "secret" { input = { user = "u${var.step}", password = var.password } }
resource "terraform_data" "cluster" {
  input            = "c"
  triggers_replace = { name = "cluster-${var.step}" }
}
resource "terraform_data" "follower" {
  input = terraform_data.cluster.id
}
resource "terraform_data" "keyed" {
  for_each = toset(var.step == 1 ? ["a", "b"] : ["b", "c"])
  input    = each.key
}
resource "terraform_data" "first" {
  count = var.step == 1 ? 1 : 0
  input = "gone"
}
resource "terraform_data" "tainted" { input = "t" }
resource "terraform_data" "bystander" {
  input = "x"
  lifecycle { replace_triggered_by = [terraform_data.cluster] }
}
output "image" { value = "registry/app:${var.step}" }
output "password" {
  value     = var.password
  sensitive = true
}
